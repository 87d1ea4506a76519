import { errorBody } from '@megdocs/contract';
import type { z } from 'zod';
import { ApiFailure, notUnderstood, unreachable } from './api-failure.ts';
import { goToSignIn } from './sign-in-address.ts';

export { ApiFailure } from './api-failure.ts';

/** Reads an address of the API and checks the answer; a route's parameters are filled by `fill` beforehand. */
export async function getJson<S extends z.ZodType>(
  route: string,
  schema: S,
  signal?: AbortSignal,
): Promise<z.output<S>> {
  const answer = await request(route, signal ? { signal } : {});
  return parse(schema, answer);
}

/** Changes something. Without a schema the answer's body is not looked at. */
export async function send(method: Method, route: string, body?: unknown): Promise<void>;
export async function send<S extends z.ZodType>(
  method: Method,
  route: string,
  body: unknown,
  schema: S,
): Promise<z.output<S>>;
export async function send(method: Method, route: string, body?: unknown, schema?: z.ZodType): Promise<unknown> {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await request(route, { method, ...json });
  return schema ? parse(schema, answer) : undefined;
}
type Method = 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** The same for an answer that is no JSON, such as a file; the caller reads the body. */
export async function request(route: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(route, { credentials: 'same-origin', ...init }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw unreachable(cause);
  });
  if (answer.ok) return answer;
  throw await failureFrom(answer.status, await answer.text().catch(() => ''));
}

/** Turns a refused answer into words; also for uploads, which do not use fetch. */
export function failureFrom(status: number, text: string): ApiFailure {
  const failed = errorBody.safeParse(jsonOrNothing(text));
  if (!failed.success) return notUnderstood(status);
  if (failed.data.error.code === 'not_signed_in') goToSignIn();
  return new ApiFailure(status, failed.data.error);
}

async function parse<S extends z.ZodType>(schema: S, answer: Response): Promise<z.output<S>> {
  const parsed = schema.safeParse(jsonOrNothing(await answer.text()));
  if (!parsed.success) throw notUnderstood(answer.status, parsed.error);
  return parsed.data;
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
