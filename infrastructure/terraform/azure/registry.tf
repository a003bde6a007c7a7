# Only needed where images are not pulled from the registry that deploy.yml pushes to.
resource "azurerm_container_registry" "this" {
  #checkov:skip=CKV_AZURE_164:Provenance is verified before every deployment (.github/actions/release)
  #checkov:skip=CKV_AZURE_165:Copies in another region are a decision of the organisation
  #checkov:skip=CKV_AZURE_166:In quarantine nobody could pull an image before a scanner has released it, and there is none here
  name                          = "bccb${var.environment}${random_string.suffix.result}"
  resource_group_name           = azurerm_resource_group.this.name
  location                      = var.location
  sku                           = "Premium"
  admin_enabled                 = false
  anonymous_pull_enabled        = false
  public_network_access_enabled = false
  zone_redundancy_enabled       = true
  data_endpoint_enabled         = true
  retention_policy_in_days      = 30
  tags                          = local.tags
}
