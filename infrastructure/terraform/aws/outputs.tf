output "cluster" {
  description = "aws eks update-kubeconfig --name CLUSTER"
  value       = aws_eks_cluster.this.name
}

output "database_host" {
  description = "Host for the four addresses bccb-database-*, each with ?sslmode=verify-full&sslrootcert=…"
  value       = aws_db_instance.primary.address
}

output "database_replica_hosts" {
  description = "Hosts for DATABASE_REPLICA_URLS."
  value       = aws_db_instance.replica[*].address
}

output "database_admin_secret" {
  description = "Secret with the password of bccb_admin, who makes the four roles."
  value       = aws_db_instance.primary.master_user_secret[0].secret_arn
}

output "cache_host" {
  description = "Host of Redis; its address with the password is the secret bccb-redis already."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

# For k8s/components/managed-datastores.
output "database_cidr" {
  description = "ipBlock of the NetworkPolicy to-postgres."
  value       = cidrsubnet(var.vpc_cidr, 8, 0)
}

output "cache_cidr" {
  description = "ipBlock of the NetworkPolicy to-redis."
  value       = cidrsubnet(var.vpc_cidr, 8, 1)
}

output "cache_port" {
  description = "Port of Redis: one of those in the NetworkPolicy to-redis."
  value       = aws_elasticache_replication_group.this.port
}

output "database_max_connections" {
  description = "Annotation bccb/postgres-max-connections."
  value       = var.database_max_connections
}

output "anchors_file_system" {
  description = "fileSystemId of k8s/storage-classes/aws.yaml; none without audit_anchors."
  value       = one(aws_efs_file_system.anchors[*].id)
}

# For k8s/components/production/settings.env.
output "settings" {
  description = "Lines of settings.env that depend on this installation."
  value = {
    PUBLIC_URL      = "https://${var.domain}"
    AWS_REGION      = var.region
    AWS_BUCKET      = "${aws_s3_bucket.this["files"].id}/reports"
    BACKUP_TARGET   = "s3://${aws_s3_bucket.this["backups"].id}/postgres"
    TRUSTED_PROXIES = join(",", aws_subnet.nodes[*].cidr_block)
  }
}

# Keys are made by hand (README), so that they are not in the state.
output "storage_users" {
  description = "Users of the buckets: the key of `files` is for settings.env and bccb-storage, that of `backups` for bccb-backup-storage."
  value       = { for name, user in aws_iam_user.storage : name => user.name }
}

# For `images:` of the overlay, where these repositories are used.
output "images" {
  description = "newName of every image."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.repository_url }
}
