import { useQuery } from "@tanstack/react-query";
import { getCredential } from "../api/credentials.ts";
import { useApp } from "../session/app-context.ts";

export function useCredential(id: string) {
  const { client } = useApp();
  return useQuery({
    queryKey: ["credential", id],
    queryFn: ({ signal }) => getCredential(client, id, signal),
  });
}
