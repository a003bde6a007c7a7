import { type ImportOrder, mediaTypeOf, MOST_BYTES } from "../api/exchange.ts";

/** What is to be imported, or what is wrong with the choice. */
export function importOrder(file: File | null, mode: string, institutionId: string): ImportOrder | string {
  if (file === null) {
    return "Choose a file.";
  }
  const mediaType = mediaTypeOf(file.name);
  if (mediaType === null) {
    return "The name of the file must end with .csv, .jsonl or .ndjson.";
  }
  if (file.size > MOST_BYTES) {
    return "The file is larger than 64 MiB.";
  }
  return { file, mediaType, mode, institutionId };
}
