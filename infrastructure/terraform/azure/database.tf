resource "random_password" "database" {
  length  = 40
  special = false
}

resource "azurerm_postgresql_flexible_server" "primary" {
  #checkov:skip=CKV2_AZURE_57:It stands in a subnet of the network itself (delegated_subnet_id), which needs no endpoint
  #checkov:skip=CKV_AZURE_136:Copies in another region are a decision about where personal data may be; README says how
  name                          = "${local.name}-${random_string.suffix.result}"
  resource_group_name           = azurerm_resource_group.this.name
  location                      = var.location
  version                       = "15"
  sku_name                      = var.database_sku
  storage_mb                    = var.database_storage_mb
  auto_grow_enabled             = true
  administrator_login           = "bccb_admin"
  administrator_password        = random_password.database.result
  delegated_subnet_id           = azurerm_subnet.database.id
  private_dns_zone_id           = azurerm_private_dns_zone.this["database"].id
  public_network_access_enabled = false
  zone                          = "1"
  # Back to any moment of these days, at most five minutes lost.
  backup_retention_days = var.backup_days
  tags                  = local.tags
  high_availability {
    mode                      = "ZoneRedundant"
    standby_availability_zone = "2"
  }
  maintenance_window {
    day_of_week  = 0
    start_hour   = 5
    start_minute = 0
  }
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [zone, high_availability[0].standby_availability_zone]
  }
  depends_on = [azurerm_private_dns_zone_virtual_network_link.this]
}

resource "azurerm_postgresql_flexible_server" "replica" {
  #checkov:skip=CKV2_AZURE_57:It stands in a subnet of the network itself (delegated_subnet_id), which needs no endpoint
  #checkov:skip=CKV_AZURE_136:As above
  count                         = var.database_replicas
  name                          = "${local.name}-${random_string.suffix.result}-replica-${count.index + 1}"
  resource_group_name           = azurerm_resource_group.this.name
  location                      = var.location
  version                       = "15"
  create_mode                   = "Replica"
  source_server_id              = azurerm_postgresql_flexible_server.primary.id
  sku_name                      = var.database_sku
  storage_mb                    = var.database_storage_mb
  delegated_subnet_id           = azurerm_subnet.database.id
  private_dns_zone_id           = azurerm_private_dns_zone.this["database"].id
  public_network_access_enabled = false
  tags                          = local.tags
  lifecycle {
    ignore_changes = [zone]
  }
}

locals {
  database_settings = {
    # Nothing in the clear, whatever a client says.
    require_secure_transport            = "on"
    ssl_min_protocol_version            = "TLSv1.2"
    max_connections                     = tostring(var.database_max_connections)
    idle_in_transaction_session_timeout = "60000"
    log_min_duration_statement          = "1000"
    # The schema of the catalogue needs it.
    "azure.extensions" = "PG_TRGM"
  }
}

resource "azurerm_postgresql_flexible_server_configuration" "primary" {
  for_each  = local.database_settings
  name      = each.key
  server_id = azurerm_postgresql_flexible_server.primary.id
  value     = each.value
}

# A replica may not allow fewer connections than its primary.
resource "azurerm_postgresql_flexible_server_configuration" "replica" {
  for_each = {
    for pair in setproduct(range(var.database_replicas), keys(local.database_settings)) :
    "${pair[0]}-${pair[1]}" => { server = pair[0], name = pair[1] }
  }
  name       = each.value.name
  server_id  = azurerm_postgresql_flexible_server.replica[each.value.server].id
  value      = local.database_settings[each.value.name]
  depends_on = [azurerm_postgresql_flexible_server_configuration.primary]
}

resource "azurerm_postgresql_flexible_server_database" "this" {
  name      = "bccb"
  server_id = azurerm_postgresql_flexible_server.primary.id
  charset   = "UTF8"
  collation = "en_US.utf8"
  lifecycle {
    prevent_destroy = true
  }
}
