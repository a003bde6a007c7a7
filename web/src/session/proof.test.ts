import { expect, it, vi } from "vitest";
import { proofCookie } from "./proof.ts";

it("is found among other cookies, and absent when it is empty", () => {
  const cookies = vi.spyOn(document, "cookie", "get");

  cookies.mockReturnValue("theme=dark; __Host-bccb-csrf=s1.aa.bb; x__Host-bccb-csrf=no");
  expect(proofCookie.read()).toBe("s1.aa.bb");
  cookies.mockReturnValue("__Host-bccb-csrf=");
  expect(proofCookie.read()).toBeNull();
  cookies.mockReturnValue("");
  expect(proofCookie.read()).toBeNull();
});

it("is taken away with the attributes that its name demands", () => {
  const kept = vi.spyOn(document, "cookie", "set");

  proofCookie.forget();

  expect(kept).toHaveBeenCalledWith("__Host-bccb-csrf=; Max-Age=0; Path=/; Secure; SameSite=Strict");
});
