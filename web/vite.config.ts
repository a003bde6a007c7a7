import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const gateway = process.env["BCCB_GATEWAY_URL"] ?? `http://localhost:${process.env["API_PORT"] ?? "3000"}`;

export default defineConfig({
  plugins: [react()],
  server: {
    port: Number(process.env["WEB_PORT"] ?? "5173"),
    proxy: { "/api": gateway },
  },
  build: {
    // Data URLs would need `img-src data:` in the Content-Security-Policy.
    assetsInlineLimit: 0,
    sourcemap: true,
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    testTimeout: 60_000,
  },
});
