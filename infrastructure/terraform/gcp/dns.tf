# cert-manager gets the certificate (Secret bccb-tls) by proving that it may write into the zone.
data "google_dns_managed_zone" "this" {
  name = var.zone
}

resource "google_dns_record_set" "this" {
  managed_zone = data.google_dns_managed_zone.this.name
  name         = "${var.domain}."
  type         = "A"
  ttl          = 60
  rrdatas      = [google_compute_address.ingress.address]
}
