# cert-manager gets the certificate (Secret bccb-tls) by proving that it may write into the zone.
resource "azurerm_dns_zone" "this" {
  name                = var.domain
  resource_group_name = azurerm_resource_group.this.name
  tags                = local.tags
}

resource "azurerm_public_ip" "ingress" {
  name                = "${local.name}-ingress"
  resource_group_name = azurerm_resource_group.this.name
  location            = var.location
  allocation_method   = "Static"
  sku                 = "Standard"
  zones               = ["1", "2", "3"]
  tags                = local.tags
}

resource "azurerm_dns_a_record" "this" {
  name                = "@"
  zone_name           = azurerm_dns_zone.this.name
  resource_group_name = azurerm_resource_group.this.name
  ttl                 = 60
  records             = [azurerm_public_ip.ingress.ip_address]
}

# Nobody else's authority makes certificates for the domain.
resource "azurerm_dns_caa_record" "this" {
  name                = "@"
  zone_name           = azurerm_dns_zone.this.name
  resource_group_name = azurerm_resource_group.this.name
  ttl                 = 3600
  record {
    flags = 0
    tag   = "issue"
    value = "letsencrypt.org"
  }
  record {
    flags = 0
    tag   = "issuewild"
    value = ";"
  }
}
