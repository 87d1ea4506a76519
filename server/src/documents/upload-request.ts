import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Failure } from '../platform/failures.ts';
import type { Upload } from './receive-upload.ts';

/** The file of a request, as the stream that it is. */
export function uploadOf(request: FastifyRequest, fileName: string): Upload {
  if (!(request.body instanceof Readable))
    throw new Failure(400, 'invalid_request', 'The file is missing.', {
      remedy: 'Send it as the body, with content type application/octet-stream.',
    });
  const announced = Number(request.headers['content-length']);
  return { body: request.body, announcedBytes: Number.isFinite(announced) ? announced : undefined, fileName };
}
