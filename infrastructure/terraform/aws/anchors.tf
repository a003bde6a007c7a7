# For the component audit-anchors, where it is asked for: a file system that pods of several nodes write to, and its driver. The class
# of storage is k8s/storage-classes/aws.yaml.
locals {
  anchors = var.audit_anchors ? 1 : 0
}

resource "aws_efs_file_system" "anchors" {
  count      = local.anchors
  encrypted  = true
  kms_key_id = aws_kms_key.this.arn
  tags       = { Name = "${local.name}-anchors" }
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_efs_backup_policy" "anchors" {
  count          = local.anchors
  file_system_id = aws_efs_file_system.anchors[0].id
  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_security_group" "anchors" {
  count       = local.anchors
  name        = "${local.name}-anchors"
  description = "Signed places of the record, for the nodes"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "anchors" {
  for_each          = { for index, subnet in aws_subnet.nodes : tostring(index) => subnet.cidr_block if var.audit_anchors }
  security_group_id = aws_security_group.anchors[0].id
  description       = "NFS from the nodes"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 2049
  to_port           = 2049
}

resource "aws_efs_mount_target" "anchors" {
  count           = var.audit_anchors ? 3 : 0
  file_system_id  = aws_efs_file_system.anchors[0].id
  subnet_id       = aws_subnet.nodes[count.index].id
  security_groups = [aws_security_group.anchors[0].id]
}

resource "aws_iam_role" "anchors" {
  count              = local.anchors
  name               = "${local.name}-anchors"
  assume_role_policy = data.aws_iam_policy_document.pods.json
}

resource "aws_iam_role_policy_attachment" "anchors" {
  count      = local.anchors
  role       = aws_iam_role.anchors[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonEFSCSIDriverPolicy"
}

resource "aws_eks_pod_identity_association" "anchors" {
  count           = local.anchors
  cluster_name    = aws_eks_cluster.this.name
  namespace       = "kube-system"
  service_account = "efs-csi-controller-sa"
  role_arn        = aws_iam_role.anchors[0].arn
}

resource "aws_eks_addon" "anchors" {
  count        = local.anchors
  cluster_name = aws_eks_cluster.this.name
  addon_name   = "aws-efs-csi-driver"
  depends_on   = [aws_eks_node_group.this, aws_eks_pod_identity_association.anchors]
}
