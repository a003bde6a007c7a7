output "cluster" {
  description = "az aks get-credentials --resource-group CLUSTER --name CLUSTER"
  value       = azurerm_kubernetes_cluster.this.name
}

output "database_host" {
  description = "Host for the four addresses bccb-database-*, each with ?sslmode=verify-full"
  value       = azurerm_postgresql_flexible_server.primary.fqdn
}

output "database_replica_hosts" {
  description = "Hosts for DATABASE_REPLICA_URLS."
  value       = azurerm_postgresql_flexible_server.replica[*].fqdn
}

# For k8s/components/managed-datastores.
output "database_cidr" {
  description = "ipBlock of the NetworkPolicy to-postgres."
  value       = azurerm_subnet.database.address_prefixes[0]
}

output "cache_cidr" {
  description = "ipBlock of the NetworkPolicy to-redis."
  value       = azurerm_subnet.endpoints.address_prefixes[0]
}

output "cache_port" {
  description = "Port of Redis, which is 10000 here: one of those in the NetworkPolicy to-redis."
  value       = azurerm_managed_redis.this.default_database[0].port
}

output "database_max_connections" {
  description = "Annotation bccb/postgres-max-connections."
  value       = var.database_max_connections
}

output "ingress_address" {
  description = "loadBalancerIP of the Service of ingress-nginx; its resource group is that of the cluster."
  value       = azurerm_public_ip.ingress.ip_address
}

output "name_servers" {
  description = "The parent zone delegates the domain to these."
  value       = azurerm_dns_zone.this.name_servers
}

output "identities" {
  description = "Client ids for the service accounts of External Secrets and cert-manager."
  value       = { for name, identity in azurerm_user_assigned_identity.pods : name => identity.client_id }
}

output "storage_account" {
  description = "Account with the shares `files` and `backups` and the container `backups`."
  value       = azurerm_storage_account.this.name
}

# For k8s/components/production/settings.env; AWS_BUCKET and what belongs to it go out of it.
output "settings" {
  description = "Lines of settings.env that depend on this installation."
  value = {
    PUBLIC_URL      = "https://${var.domain}"
    STORAGE_DIR     = "/srv/bccb/reports"
    BACKUP_TARGET   = "/srv/backups"
    TRUSTED_PROXIES = "10.244.0.0/16"
  }
}

# For `images:` of the overlay, where this registry is used.
output "images" {
  description = "newName of every image: this, a slash and its name."
  value       = azurerm_container_registry.this.login_server
}
