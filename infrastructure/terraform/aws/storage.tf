# Files of reports, and the dumps of scripts/backup. Both keep every version, so that nothing is lost by one wrong delete.
locals {
  buckets = {
    files   = { expire_old = 30 }
    backups = { expire_old = 90 }
  }
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_144:Copies in another region are a decision about where personal data may be; README says how
  #checkov:skip=CKV2_AWS_62:Nobody has to hear of new objects
  #checkov:skip=CKV_AWS_18:aws_s3_bucket_logging.this does it, for each of them
  #checkov:skip=CKV_AWS_21:aws_s3_bucket_versioning.this does it, for each of them
  #checkov:skip=CKV_AWS_145:aws_s3_bucket_server_side_encryption_configuration.this does it, for each of them
  for_each = local.buckets
  bucket   = "${local.name}-${each.key}-${data.aws_caller_identity.current.account_id}"
}

resource "aws_s3_bucket" "access" {
  #checkov:skip=CKV_AWS_18:It holds the access logs of the others
  #checkov:skip=CKV_AWS_144:As above
  #checkov:skip=CKV_AWS_145:Access logs can only be delivered to a bucket with keys of S3
  #checkov:skip=CKV2_AWS_62:As above
  bucket = "${local.name}-access-${data.aws_caller_identity.current.account_id}"
}

locals {
  every_bucket = merge(aws_s3_bucket.this, { access = aws_s3_bucket.access })
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each                = { files = aws_s3_bucket.this["files"].id, backups = aws_s3_bucket.this["backups"].id }
  bucket                  = each.value
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_public_access_block" "access" {
  bucket                  = aws_s3_bucket.access.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "access" {
  bucket = aws_s3_bucket.access.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each      = aws_s3_bucket.this
  bucket        = each.value.id
  target_bucket = aws_s3_bucket.access.id
  target_prefix = "${each.key}/"
}

# The services remove what is too old themselves; here old versions go, and uploads that were never finished.
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = each.value.expire_old
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "access" {
  bucket = aws_s3_bucket.access.id
  rule {
    id     = "old"
    status = "Enabled"
    filter {}
    expiration {
      days = 400
    }
    noncurrent_version_expiration {
      noncurrent_days = 7
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }
}

data "aws_iam_policy_document" "encrypted_only" {
  for_each = local.every_bucket
  statement {
    sid       = "NothingInTheClear"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
  dynamic "statement" {
    for_each = each.key == "access" ? [1] : []
    content {
      sid       = "AccessLogs"
      actions   = ["s3:PutObject"]
      resources = ["${each.value.arn}/*"]
      principals {
        type        = "Service"
        identifiers = ["logging.s3.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [data.aws_caller_identity.current.account_id]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.every_bucket
  bucket   = each.value.id
  policy   = data.aws_iam_policy_document.encrypted_only[each.key].json
}

# The services sign requests with a key, as every S3-compatible storage understands it: two users, each with its own bucket.
# The key is made by hand (README), so that it is not in the state.
resource "aws_iam_user" "storage" {
  #checkov:skip=CKV_AWS_273:The services know keys, no single sign-on; each key reaches one bucket
  for_each = local.buckets
  name     = "${local.name}-${each.key}"
}

resource "aws_iam_group" "storage" {
  for_each = local.buckets
  name     = "${local.name}-${each.key}"
}

resource "aws_iam_user_group_membership" "storage" {
  for_each = local.buckets
  user     = aws_iam_user.storage[each.key].name
  groups   = [aws_iam_group.storage[each.key].name]
}

data "aws_iam_policy_document" "storage" {
  for_each = local.buckets
  statement {
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.this[each.key].arn}/*"]
  }
  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.this[each.key].arn]
  }
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.this.arn]
  }
}

resource "aws_iam_group_policy" "storage" {
  for_each = local.buckets
  name     = "bucket"
  group    = aws_iam_group.storage[each.key].name
  policy   = data.aws_iam_policy_document.storage[each.key].json
}
