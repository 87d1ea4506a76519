import { z } from 'zod';
import { shortText } from './accounts.ts';

/** A checkpoint of a closed session becomes the next draft version. */
export const recoverVersion = z.object({ summary: shortText(2000) });
export const recoveredVersion = z.object({ version: z.string() });
