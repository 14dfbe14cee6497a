# A machine that nobody provisions: what a bake does around Packer is tested with it.
packer {
  required_version = "= 1.15.0"
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = "= 1.3.2"
    }
  }
}

variable "region" { type = string }
variable "architecture" { type = string }
variable "base_ami" { type = string }
variable "ami_name" { type = string }
variable "tags" { type = map(string) }
variable "endpoint" {
  type    = string
  default = null
}

source "amazon-ebs" "machine" {
  region              = var.region
  custom_endpoint_ec2 = var.endpoint
  source_ami          = var.base_ami
  instance_type       = { x86_64 = "t3.micro", arm64 = "t4g.micro" }[var.architecture]
  ami_name            = var.ami_name
  communicator        = "none"
  tags                = var.tags
  snapshot_tags       = var.tags
  run_tags            = var.tags
  run_volume_tags     = var.tags
  aws_polling {
    delay_seconds = 1
    max_attempts  = 60
  }
}

build {
  sources = ["source.amazon-ebs.machine"]
}
