import { Readable } from 'node:stream';
import { routes, selfTestChecks } from '@megdocs/contract';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { Failure } from '../platform/failures.ts';
import type { Http } from '../platform/http.ts';
import { checks } from './checks/index.ts';
import type { DiagnosisDeps } from './index.ts';
import { runChecks } from './run-checks.ts';
import { openScene } from './scene.ts';

/** The self-test of an institution's admins: in their own drive, and with their own institution's refusals. */
export function selfTestRoutes(http: Http, deps: DiagnosisDeps): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  app.get(routes.selfTest, { schema: { response: { 200: selfTestChecks } } }, async (request) => {
    await admin(deps, request);
    return { checks: checks.map(({ id, title }) => ({ check: id, title })) };
  });
  // One line a result as it comes: no state is kept, so that any instance can answer.
  app.post(routes.selfTest, { config: { rateLimit: { max: 60, timeWindow: '1 minute' } } }, async (request, reply) => {
    const subject = await admin(deps, request);
    const scene = openScene(deps, { subject, institutionId: subject.institutionId });
    return reply.type('application/x-ndjson').send(Readable.from(lines(scene)));
  });
}

async function* lines(scene: ReturnType<typeof openScene>): AsyncGenerator<string> {
  for await (const result of runChecks(scene)) yield `${JSON.stringify(result)}\n`;
}

async function admin(
  { accounts }: DiagnosisDeps,
  request: Parameters<NonNullable<DiagnosisDeps['accounts']>['signedIn']>[0],
) {
  const person = await accounts?.signedIn(request);
  if (person?.roles.includes('institution-admin')) return person;
  throw new Failure(403, 'not_allowed', 'Only administrators of your institution may do this.', {
    remedy: 'Ask one of them.',
  });
}
