# One key; the services of Google that encrypt with it are named, nobody else is.
resource "google_kms_key_ring" "this" {
  name       = local.name
  location   = var.region
  depends_on = [google_project_service.this]
}

resource "google_kms_crypto_key" "this" {
  name            = "data"
  key_ring        = google_kms_key_ring.this.id
  rotation_period = "7776000s"
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_project_service_identity" "this" {
  provider   = google-beta
  for_each   = toset(["sqladmin", "redis", "artifactregistry", "secretmanager"])
  service    = "${each.value}.googleapis.com"
  depends_on = [google_project_service.this]
}

data "google_storage_project_service_account" "this" {}

resource "google_kms_crypto_key_iam_member" "services" {
  for_each      = google_project_service_identity.this
  crypto_key_id = google_kms_crypto_key.this.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value.member
}

resource "google_kms_crypto_key_iam_member" "storage" {
  crypto_key_id = google_kms_crypto_key.this.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = data.google_storage_project_service_account.this.member
}

resource "google_kms_crypto_key_iam_member" "cluster" {
  crypto_key_id = google_kms_crypto_key.this.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this.number}@container-engine-robot.iam.gserviceaccount.com"
}
