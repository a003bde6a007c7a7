terraform {
  required_version = ">= 1.6"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.20, < 8.0"
    }
    google-beta = {
      source  = "hashicorp/google-beta"
      version = ">= 6.20, < 8.0"
    }
  }
}

provider "google" {
  project        = var.project
  region         = var.region
  default_labels = { project = "bccb", environment = var.environment }
}

# For the identities of Google's own services alone.
provider "google-beta" {
  project = var.project
  region  = var.region
}

data "google_project" "this" {}

locals {
  name = "bccb-${var.environment}"
}

resource "google_project_service" "this" {
  for_each = toset([
    "compute", "container", "sqladmin", "redis", "storage", "secretmanager", "artifactregistry", "dns", "cloudkms",
    "servicenetworking", "logging", "monitoring", "file",
  ])
  service            = "${each.value}.googleapis.com"
  disable_on_destroy = false
}
