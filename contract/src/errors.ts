import { z } from 'zod';

/** Every code that an answer's `error.code` can hold. `docs/errors.md` says what each means and what mends it. */
export const errorCodes = [
  // any request
  'invalid_request',
  'not_signed_in',
  'not_same_origin',
  'not_allowed',
  'not_found',
  'too_many_requests',
  'too_large',
  'unavailable',
  'internal',
  // accounts
  'wrong_credentials',
  'link_not_valid',
  'address_in_use',
  'last_admin',
  // connecting Microsoft
  'not_connected',
  'reconnect_needed',
  'connection_busy',
  'microsoft_not_configured',
  'microsoft_unreachable',
  'microsoft_refused',
  // documents
  'file_empty',
  'file_damaged',
  'file_encrypted',
  'file_has_macros',
  'file_unsafe',
  'file_type_not_taken',
  'number_in_use',
  'being_edited',
  'wrong_state',
  'edited_it_yourself',
  'changes_still_tracked',
  'late_save_waiting',
  'changed_meanwhile',
  // editing
  'cannot_edit',
  'session_closed',
  'not_settled',
  'nothing_changed',
  'drive_missing',
  'drive_full',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The body of every answer from 400 on: what happened, who can mend it and how, and the reference that the log has too. */
export const errorBody = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string().describe('What happened, in one sentence for the person'),
    remedy: z.string().optional().describe('Who can mend it, and how'),
    reference: z.string().describe('The id under which the log holds this request'),
    fields: z.record(z.string(), z.string()).optional().describe('For invalid_request: a sentence by field'),
    retryAfterSeconds: z.number().int().optional(),
  }),
});

export type ErrorBody = z.infer<typeof errorBody>;
