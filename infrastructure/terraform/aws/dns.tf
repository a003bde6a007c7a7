# cert-manager gets the certificate (Secret bccb-tls) by proving that it may write into the zone.
data "aws_route53_zone" "this" {
  name = var.zone
}

resource "aws_route53_record" "this" {
  count   = var.load_balancer == "" ? 0 : 1
  zone_id = data.aws_route53_zone.this.zone_id
  name    = var.domain
  type    = "CNAME"
  ttl     = 60
  records = [var.load_balancer]
}

data "aws_iam_policy_document" "cert_manager" {
  statement {
    actions   = ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"]
    resources = [data.aws_route53_zone.this.arn]
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "route53:ChangeResourceRecordSetsRecordTypes"
      values   = ["TXT"]
    }
  }
  statement {
    actions   = ["route53:GetChange"]
    resources = ["arn:${data.aws_partition.current.partition}:route53:::change/*"]
  }
  statement {
    #checkov:skip=CKV_AWS_356:Zones are looked up by name before they have an id
    actions   = ["route53:ListHostedZonesByName"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "cert_manager" {
  name   = "zone"
  role   = aws_iam_role.pods["cert-manager"].id
  policy = data.aws_iam_policy_document.cert_manager.json
}
