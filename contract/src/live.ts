import { z } from 'zod';

/** Which documents changed, on the stream of `routes.live`: no more than that, so whoever hears it fetches. */
export const liveDocuments = z.object({ documents: z.array(z.uuid()) });

/**
 * What the stream of live news tells, as names of server-sent events: that documents changed, that anything may have
 * changed, and that it still lives.
 */
export const LIVE_EVENTS = { documents: 'documents', anything: 'anything', beat: 'beat' } as const;

/** A stream that was silent for longer than this is dead, whatever the browser says. */
export const LIVE_BEAT_SECONDS = 20;
