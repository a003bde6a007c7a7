variable "region" {
  description = "Region of everything; also AWS_REGION of the services."
  type        = string
  default     = "ca-central-1"
}

variable "zones" {
  description = "Three availability zones of the region, by name: a new one of AWS changes nothing here."
  type        = list(string)
  default     = ["ca-central-1a", "ca-central-1b", "ca-central-1d"]
  validation {
    condition     = length(var.zones) == 3 && length(distinct(var.zones)) == 3
    error_message = "Three different zones."
  }
}

variable "environment" {
  description = "Name of the installation: staging or production."
  type        = string
  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment is staging or production."
  }
}

variable "domain" {
  description = "Host name that people open, such as bccb.example.org; inside of `zone`."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain))
    error_message = "The domain is a host name in lower case, without scheme or path."
  }
}

variable "zone" {
  description = "Route 53 zone that exists already, such as example.org."
  type        = string
}

variable "load_balancer" {
  description = "DNS name of the load balancer of ingress-nginx (`kubectl -n ingress-nginx get service`); empty until it exists."
  type        = string
  default     = ""
}

variable "vpc_cidr" {
  description = "Network of the installation, a /16. Its first /24 is for PostgreSQL, its second for Redis: the addresses in k8s/components/managed-datastores."
  type        = string
  default     = "10.20.0.0/16"
  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && endswith(var.vpc_cidr, "/16")
    error_message = "The network is a /16."
  }
}

variable "operator_cidrs" {
  description = "Networks that reach the Kubernetes API from outside of the VPC. Empty: nobody does."
  type        = list(string)
  default     = []
  validation {
    condition     = !contains(var.operator_cidrs, "0.0.0.0/0")
    error_message = "The Kubernetes API is not for the whole internet."
  }
}

variable "kubernetes_version" {
  description = "Version of the cluster; scripts/check-operations holds the manifests to several."
  type        = string
  default     = "1.32"
}

variable "node_type" {
  description = "Instance type of the nodes. The AI service wants whole processors: no burstable ones."
  type        = string
  default     = "m7i.xlarge"
}

variable "node_count" {
  description = "Fewest and most nodes."
  type        = object({ min = number, max = number })
  default     = { min = 3, max = 8 }
  validation {
    condition     = var.node_count.min >= 2 && var.node_count.max >= var.node_count.min
    error_message = "At least two nodes, and no fewer at most than at least."
  }
}

variable "database_class" {
  description = "Instance class of PostgreSQL."
  type        = string
  default     = "db.m7g.large"
}

variable "database_storage_gb" {
  description = "Storage of PostgreSQL at first; it grows by itself up to five times that."
  type        = number
  default     = 100
  validation {
    condition     = var.database_storage_gb >= 20
    error_message = "At least 20 GB."
  }
}

variable "database_max_connections" {
  description = "max_connections of PostgreSQL. The annotation bccb/postgres-max-connections in k8s/components/managed-datastores says the same."
  type        = number
  default     = 200
  validation {
    condition     = var.database_max_connections >= 100
    error_message = "The pools of the default number of pods do not fit below 100."
  }
}

variable "database_replicas" {
  description = "Read replicas, for DATABASE_REPLICA_URLS."
  type        = number
  default     = 1
  validation {
    condition     = var.database_replicas >= 0 && var.database_replicas <= 5
    error_message = "From 0 to 5."
  }
}

variable "cache_type" {
  description = "Node type of Redis."
  type        = string
  default     = "cache.t4g.small"
}

variable "audit_anchors" {
  description = "A file system for the component audit-anchors, which pods of several nodes write to."
  type        = bool
  default     = false
}

variable "backup_days" {
  description = "Days that one can go back to any moment (snapshots and write-ahead log of RDS)."
  type        = number
  default     = 14
  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "From 7 to 35 days."
  }
}

variable "alarm_emails" {
  description = "Who hears of the alarms of the database."
  type        = list(string)
  default     = []
}
