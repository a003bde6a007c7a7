import { QueryClientProvider } from "@tanstack/react-query";
import { createBrowserRouter, RouterProvider } from "react-router";
import { restoreSession } from "./api/auth.ts";
import { ApiClient } from "./api/client.ts";
import { createQueryClient } from "./api/query-client.ts";
import { Layout } from "./components/layout.tsx";
import { AccountPage } from "./pages/account-page.tsx";
import { AssessmentPage } from "./pages/assessment-page.tsx";
import { AuditPage } from "./pages/audit-page.tsx";
import { AcceptInvitationPage, ResetPasswordPage } from "./pages/choose-password-page.tsx";
import { ConfirmEmailPage } from "./pages/confirm-email-page.tsx";
import { CredentialPage } from "./pages/credential-page.tsx";
import { ExchangePage } from "./pages/exchange-page.tsx";
import { FailurePage } from "./pages/failure-page.tsx";
import { ForgotPasswordPage } from "./pages/forgot-password-page.tsx";
import { IntegrityPage } from "./pages/integrity-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { PathwayPage } from "./pages/pathway-page.tsx";
import { RecommendationPage } from "./pages/recommendation-page.tsx";
import { RegisterPage } from "./pages/register-page.tsx";
import { ReportsPage } from "./pages/reports-page.tsx";
import { SearchPage } from "./pages/search-page.tsx";
import { SignInPage } from "./pages/sign-in-page.tsx";
import { WebhookPage } from "./pages/webhook-page.tsx";
import { WebhooksPage } from "./pages/webhooks-page.tsx";
import { AppContext } from "./session/app-context.ts";
import { SessionStore } from "./session/session-store.ts";
import { shareWithTabs } from "./session/tabs.ts";

const sessions = new SessionStore();
const app = { sessions, client: new ApiClient(sessions) };
const queries = createQueryClient();
shareWithTabs(sessions, new BroadcastChannel("bccb-session"));

// Answers belong to whoever asked: a session that ends or changes hands takes its answers with it.
let reader: string | null = null;
sessions.subscribe(() => {
  const next = sessions.get()?.user.id ?? null;
  if (reader !== null && next !== reader) {
    queries.clear();
  }
  reader = next;
});

const restored = restoreSession(app.client, sessions);

const router = createBrowserRouter([
  {
    element: <Layout restored={restored} />,
    errorElement: <FailurePage />,
    children: [
      { index: true, element: <SearchPage /> },
      { path: "credentials/:id", element: <CredentialPage /> },
      { path: "credentials/:id/assessment", element: <AssessmentPage /> },
      { path: "credentials/:id/pathways", element: <RecommendationPage /> },
      { path: "pathways/:id", element: <PathwayPage /> },
      { path: "audit", element: <AuditPage /> },
      { path: "audit/integrity", element: <IntegrityPage /> },
      { path: "exchange", element: <ExchangePage /> },
      { path: "reports", element: <ReportsPage /> },
      { path: "webhooks", element: <WebhooksPage /> },
      { path: "webhooks/:id", element: <WebhookPage /> },
      { path: "sign-in", element: <SignInPage /> },
      { path: "register", element: <RegisterPage /> },
      { path: "account", element: <AccountPage /> },
      // Where the links of mails lead; the service makes the same paths.
      { path: "confirm-email", element: <ConfirmEmailPage /> },
      { path: "forgot-password", element: <ForgotPasswordPage /> },
      { path: "reset-password", element: <ResetPasswordPage /> },
      { path: "accept-invitation", element: <AcceptInvitationPage /> },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);

export function App() {
  return (
    <AppContext value={app}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </AppContext>
  );
}
