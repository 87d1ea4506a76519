import type { FastifyInstance } from 'fastify';
import { GraphError, refusalToGraphError } from '../graph/errors.ts';
import type { CopyJob } from '../world/copy-jobs.ts';
import { AREAS, type ContentOrigin } from './content-origin.ts';

type MonitorRoute = { Params: { job: string }; Querystring: { tempauth?: string } };

/**
 * How far a copy is; whoever has the address may ask.
 * @see https://learn.microsoft.com/en-us/graph/long-running-actions-overview
 */
export function registerMonitors(app: FastifyInstance, { world }: ContentOrigin): void {
  for (const area of AREAS) {
    app.get<MonitorRoute>(`/${area}/:site/_api/v2.0/monitor/:job`, (request, reply) => {
      const job = world.copies.find(request.params.job, String(request.query.tempauth ?? ''));
      if (job === undefined) throw new GraphError('itemNotFound');
      const isOver = job.status === 'completed' || job.status === 'failed';
      return reply.code(isOver ? 200 : 202).send(presentJob(job));
    });
  }
}

function presentJob({ status, copied, total, resourceId, reason }: CopyJob): Record<string, unknown> {
  const error = reason && refusalToGraphError(reason);
  return {
    operation: 'ItemCopy',
    percentageComplete: status === 'completed' ? 100 : Math.round((copied / total) * 1000) / 10,
    status,
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  };
}
