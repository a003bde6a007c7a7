# Counters and kept answers: losing them costs time, nothing else. Azure Cache for Redis ends at version 6; Managed Redis is 7.4.
resource "azurerm_managed_redis" "this" {
  name                      = local.name
  resource_group_name       = azurerm_resource_group.this.name
  location                  = var.location
  sku_name                  = var.cache_sku
  high_availability_enabled = true
  public_network_access     = "Disabled"
  tags                      = local.tags
  default_database {
    access_keys_authentication_enabled = true
    client_protocol                    = "Encrypted"
    # One address for everything: the gateway does not speak the protocol of a cluster.
    clustering_policy = "EnterpriseCluster"
    eviction_policy   = "AllKeysLRU"
  }
}
