import type { Access } from './authorize-caller.ts';
import type { GraphCall } from './call.ts';

/** How closely an operation follows Microsoft's, for SUPPORT.md. */
type Fidelity = 'full' | 'partly';

/** One operation of Graph: the table of these is the whole surface, and SUPPORT.md lists it. */
export interface GraphOperation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  template: string;
  access: Access;
  /** Names of query options without `$`; any other is refused. */
  query: readonly string[];
  fidelity: Fidelity;
  /** Differences that a user should know of. */
  note?: string;
  docs: string;
  handle(call: GraphCall): Promise<unknown> | unknown;
}

export const DRIVE = '/drives/{drive}';
export const ITEM = '/drives/{drive}/items/{item}';
export const DOCS = 'https://learn.microsoft.com/en-us/graph/api';
