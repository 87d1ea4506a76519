import { type CheckResult, checkResult, routes, selfTestChecks } from '@megdocs/contract';
import { queryOptions } from '@tanstack/react-query';
import { getJson, request } from '../ui/api.ts';

/** What will be looked at, in its order. */
export const selfTestQuery = queryOptions({
  queryKey: ['administration', 'self-test'],
  queryFn: ({ signal }) => getJson(routes.selfTest, selfTestChecks, signal),
});

/** Runs the self-test, and answers each check's result as the server sends it: one JSON text a line. */
export async function* runSelfTest(signal: AbortSignal): AsyncGenerator<CheckResult> {
  const { body } = await request(routes.selfTest, { method: 'POST', signal });
  if (!body) return;
  let rest = '';
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield checkResult.parse(JSON.parse(line));
    if (done) return;
  }
}
