packer {
  required_version = "= 1.15.0"
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = "= 1.3.2"
    }
  }
}

# Built on amazon/Windows_Server-2025-English-Full-Base-*, of which `images bake` finds the newest.

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
  instance_type       = { x86_64 = "t3.large" }[var.architecture]

  ami_name        = var.ami_name
  ami_description = "A hardened Windows Server 2025 with the SSM agent and the CloudWatch agent"
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  # Not encrypted: everybody could not read it. The launch template that starts it encrypts.
  launch_block_device_mappings {
    device_name           = "/dev/sda1"
    volume_type           = "gp3"
    volume_size           = 50
    delete_on_termination = true
  }

  communicator   = "winrm"
  winrm_username = "Administrator"
  winrm_use_ssl  = true
  # The certificate is the machine's own, of a minute ago; the password came by an encrypted way.
  winrm_insecure = true
  winrm_timeout  = "20m"
  user_data_file = "${path.root}/open-winrm.xml"
  # Sysprep, the last provisioner, turns it off.
  disable_stop_instance = true

  tags            = var.tags
  snapshot_tags   = var.tags
  run_tags        = var.tags
  run_volume_tags = var.tags
}

build {
  sources = ["source.amazon-ebs.machine"]

  provisioner "powershell" {
    script = "${path.root}/provision.ps1"
  }
  provisioner "windows-restart" {}
  provisioner "file" {
    source      = "${path.root}/machine-test.ps1"
    destination = "C:\\ProgramData\\BitClouded\\machine-test.ps1"
  }
  provisioner "powershell" {
    inline = ["powershell -File C:\\ProgramData\\BitClouded\\machine-test.ps1", "exit $LASTEXITCODE"]
  }
  provisioner "powershell" {
    script     = "${path.root}/seal-machine.ps1"
    skip_clean = true
  }
}
