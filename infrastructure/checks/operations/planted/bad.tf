# Faults that scripts/check-operations has to find; nothing applies it.
resource "aws_db_instance" "bad" {
  engine              = "postgres"
  instance_class      = "db.t3.micro"
  publicly_accessible = true
  storage_encrypted   = false
  password            = var.undeclared
}
