# Files of reports, and the dumps of scripts/backup. Both keep every version, so that nothing is lost by one wrong delete.
locals {
  buckets = {
    files   = { expire_old = 30 }
    backups = { expire_old = 90 }
  }
}

resource "google_storage_bucket" "this" {
  #checkov:skip=CKV_GCP_62:Reads and writes are in the data access log (logging.tf)
  for_each                    = local.buckets
  name                        = "${var.project}-${local.name}-${each.key}"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  versioning {
    enabled = true
  }
  encryption {
    default_kms_key_name = google_kms_crypto_key.this.id
  }
  soft_delete_policy {
    retention_duration_seconds = 604800
  }
  # The services remove what is too old themselves; here old versions go.
  lifecycle_rule {
    condition {
      days_since_noncurrent_time = each.value.expire_old
    }
    action {
      type = "Delete"
    }
  }
  depends_on = [google_kms_crypto_key_iam_member.storage]
}

# The services sign requests as S3 asks (AWS_ENDPOINT_URL=https://storage.googleapis.com): two accounts, each with its own
# bucket. Their HMAC keys are made by hand (README), so that they are not in the state.
resource "google_service_account" "storage" {
  for_each     = local.buckets
  account_id   = "${local.name}-${each.key}"
  display_name = "Bucket of ${each.key}"
}

resource "google_storage_bucket_iam_member" "storage" {
  for_each = local.buckets
  bucket   = google_storage_bucket.this[each.key].name
  role     = "roles/storage.objectUser"
  member   = google_service_account.storage[each.key].member
}
