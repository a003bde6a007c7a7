# Only needed where images are not pulled from the registry that deploy.yml pushes to.
resource "google_artifact_registry_repository" "this" {
  repository_id = local.name
  location      = var.region
  format        = "DOCKER"
  kms_key_name  = google_kms_crypto_key.this.id
  docker_config {
    immutable_tags = true
  }
  cleanup_policies {
    id     = "keep-50"
    action = "KEEP"
    most_recent_versions {
      keep_count = 50
    }
  }
  depends_on = [google_kms_crypto_key_iam_member.services]
}
