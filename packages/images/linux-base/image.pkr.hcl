packer {
  required_version = "= 1.15.0"
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = "= 1.3.2"
    }
  }
}

# What it may be built on; `images bake` finds the newest one, by owner, name and architecture:
#   canonical/ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-*-server-*     unless asked otherwise
#   canonical/ubuntu/images/hvm-ssd-gp3/ubuntu-resolute-26.04-*-server-*  with --base 26.04
#   canonical/ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-*-server-*         with --base 22.04

# What `images bake` says of each build.
variable "region" { type = string }
variable "architecture" { type = string }
variable "base_ami" { type = string }
variable "ami_name" { type = string }
# On whatever the build makes, from its first moment: the role that bakes may touch nothing else.
variable "tags" { type = map(string) }
# Another endpoint of EC2, such as one in a VPC; AWS's own without it.
variable "endpoint" {
  type    = string
  default = null
}

source "amazon-ebs" "machine" {
  region              = var.region
  custom_endpoint_ec2 = var.endpoint
  source_ami          = var.base_ami
  instance_type       = { x86_64 = "t3.medium", arm64 = "t4g.medium" }[var.architecture]

  ami_name        = var.ami_name
  ami_description = "A hardened Ubuntu LTS with Docker, the SSM agent and the CloudWatch agent"
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  # Not encrypted: everybody could not read it. The launch template that starts it encrypts.
  launch_block_device_mappings {
    device_name           = "/dev/sda1"
    volume_type           = "gp3"
    volume_size           = 20
    delete_on_termination = true
  }

  ssh_username              = "ubuntu"
  temporary_key_pair_type   = "ed25519"
  ssh_clear_authorized_keys = true

  tags            = var.tags
  snapshot_tags   = var.tags
  run_tags        = var.tags
  run_volume_tags = var.tags
}

build {
  sources = ["source.amazon-ebs.machine"]

  provisioner "shell" {
    inline = ["mkdir /tmp/image"]
  }
  provisioner "file" {
    source      = "${path.root}/"
    destination = "/tmp/image"
  }
  provisioner "shell" {
    inline = ["sudo bash /tmp/image/provision.sh"]
  }
  # What is tested is a machine that booted, with the kernel that was installed last.
  provisioner "shell" {
    inline            = ["sudo systemctl reboot"]
    expect_disconnect = true
  }
  provisioner "shell" {
    pause_before = "30s"
    inline       = ["sudo machine-test"]
  }
  provisioner "shell" {
    inline     = ["sudo seal-machine"]
    skip_clean = true
  }
}
