import { z } from 'zod';

const lastError = z.object({
  code: z.string(),
  kind: z.string(),
  aadsts: z.number().optional(),
  oauthError: z.string().optional(),
  claims: z.string().optional(),
  traceId: z.string().optional(),
  correlationId: z.string().optional(),
  reference: z.string(),
  at: z.coerce.date(),
});

/** Why the last renewal failed, as the row holds it. */
export function parseLastError(stored: unknown): z.infer<typeof lastError> | undefined {
  return lastError.safeParse(stored).data;
}
