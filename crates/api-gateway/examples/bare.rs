//! The floor that the gateway is measured against: actix-web, one handler, the same bytes.

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use service_runtime::run::Announcement;
use service_runtime::settings::process_environment;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let environment = process_environment();
    let setting = |name: &str| environment.get(name).cloned().unwrap_or_default();
    let bytes = Bytes::from(std::fs::read(setting("ANSWER_FILE"))?);
    let server = HttpServer::new(move || {
        let bytes = bytes.clone();
        App::new().default_service(web::to(move || {
            let bytes = bytes.clone();
            async move {
                HttpResponse::Ok()
                    .content_type("application/json")
                    .body(bytes)
            }
        }))
    })
    .bind(("127.0.0.1", 0))?;
    let address = server.addrs().first().copied();
    let mut announcement = Announcement::new("bare");
    if let Some(address) = address {
        announcement.add("http", address);
    }
    announcement.write(setting("ANNOUNCE_FILE").as_ref())?;
    server.run().await
}
