//! What the role that the service works with may do: read and write rows, add to the record of decisions, and nothing else.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use secrecy::{ExposeSecret, SecretString};
use service_runtime::errors::BoxError;

/// Whether a role is there, and whether it has rights that no grant can take away.
const JUDGE: &str = "SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_class \
         WHERE relnamespace = 'public'::regnamespace AND pg_has_role(rolname, relowner, 'MEMBER')) AS above_grants \
     FROM pg_roles WHERE rolname = $1";

/// Gives every table its grants anew, so that what an earlier version granted does not stay.
///
/// `migrate` knows the tables of its version; a table that it has never heard of gets the rights of an ordinary one.
const GRANT: &str = "DO $grant$ \
     DECLARE \
         app CONSTANT text := 'APP_ROLE'; \
         name text; \
     BEGIN \
         EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', app); \
         EXECUTE format('REVOKE CREATE ON SCHEMA public FROM PUBLIC, %I', app); \
         FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP \
             EXECUTE format('REVOKE ALL ON TABLE public.%I FROM PUBLIC, %I', name, app); \
             EXECUTE format('GRANT %s ON TABLE public.%I TO %I', CASE \
                 WHEN name IN ('audit_chain', '__diesel_schema_migrations') THEN 'SELECT' \
                 WHEN name IN ('audit_logs', 'audit_anchors') THEN 'SELECT, INSERT' \
                 ELSE 'SELECT, INSERT, UPDATE, DELETE' END, name, app); \
         END LOOP; \
         EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', app); \
     END $grant$";

#[derive(QueryableByName)]
struct RoleRow {
    #[diesel(sql_type = Bool)]
    above_grants: bool,
}

/// Grants a role what the service needs. The role must exist: its password is the operator's business.
///
/// # Errors
/// The database is away; there is no such role; the role owns the tables or is a superuser, so that grants cannot hold it.
pub async fn grant(url: &SecretString, role: &str) -> Result<(), BoxError> {
    let mut connection = database::connect(url.expose_secret()).await?;
    let found = diesel::sql_query(JUDGE)
        .bind::<Text, _>(role)
        .load::<RoleRow>(&mut connection)
        .await?;
    match found.as_slice().first() {
        None => {
            return Err(format!(
                "there is no role `{role}`: make it first, as a superuser, with `CREATE ROLE {role} LOGIN PASSWORD '…'`"
            )
            .into());
        }
        Some(found) if found.above_grants => {
            return Err(format!(
                "`{role}` owns the tables or is a superuser, so no grant limits it: name another role"
            )
            .into());
        }
        Some(_ordinary) => {}
    }
    // The settings let only names of plain letters pass.
    let sql = GRANT.replace("APP_ROLE", role);
    connection.batch_execute(&sql).await?;
    Ok(())
}
