import { createContext, useContext, useSyncExternalStore } from "react";
import type { ApiClient } from "../api/client.ts";
import type { Session, SessionStore } from "./session-store.ts";

export interface AppContextValue {
  client: ApiClient;
  sessions: SessionStore;
}

export const AppContext = createContext<AppContextValue | null>(null);

export function useApp(): AppContextValue {
  const value = useContext(AppContext);
  if (value === null) {
    throw new Error("AppContext is missing above this component");
  }
  return value;
}

export function useSession(): Session | null {
  const { sessions } = useApp();
  return useSyncExternalStore(sessions.subscribe, sessions.get);
}
