import { useQuery } from "@tanstack/react-query";
import { listInstitutions } from "../api/institutions.ts";
import { useApp } from "../session/app-context.ts";

const FRESH_MS = 60 * 60 * 1000;

export function useInstitutions() {
  const { client } = useApp();
  return useQuery({
    queryKey: ["institutions"],
    queryFn: ({ signal }) => listInstitutions(client, signal),
    staleTime: FRESH_MS,
  });
}
