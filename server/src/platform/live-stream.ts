import { PassThrough } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Failure } from './failures.ts';

/** One browser's stream of server-sent events. */
export interface LiveStream {
  /** After the end it does nothing. */
  send(event: string, data: object): void;
  end(): void;
}

/** All streams of this process. */
export interface LiveStreams {
  /**
   * Answers the request with a stream. Throws `Failure` 429 when this sign-in has too many already, or the process has;
   * the pages then ask by themselves every few seconds.
   */
  open(reply: FastifyReply, signInId: string, closed: () => void): LiveStream;
  /** Before the process ends: an open stream would hold up everybody else's last request. */
  endAll(): void;
  readonly size: number;
}

/** A browser needs one; a moment longer than it should a reload or a proxy keeps another. */
const STREAMS_A_SIGN_IN = 4;
const STREAMS_A_PROCESS = 5_000;
/** Whoever reads so slowly is let go, and comes back. */
const WAITING_BYTES = 64 * 1024;

export function createLiveStreams(): LiveStreams {
  const streams = new Map<LiveStream, string>();
  return {
    get size() {
      return streams.size;
    },
    open(reply, signInId, closed) {
      const own = [...streams.values()].filter((id) => id === signInId).length;
      if (own >= STREAMS_A_SIGN_IN || streams.size >= STREAMS_A_PROCESS) throw tooMany();
      const pipe = new PassThrough();
      const stream: LiveStream = {
        send(event, data) {
          if (pipe.writableEnded || pipe.destroyed) return;
          pipe.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
          if (pipe.readableLength + pipe.writableLength > WAITING_BYTES) pipe.destroy();
        },
        end: () => void pipe.end(),
      };
      streams.set(stream, signInId);
      pipe.on('error', () => {});
      // Whichever side ends it: `close` always comes.
      pipe.once('close', () => {
        streams.delete(stream);
        closed();
      });
      void reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        // `no-transform`: a proxy that compresses would hold events back; nginx is told in its own words.
        .header('cache-control', 'no-store, no-transform')
        .header('x-accel-buffering', 'no')
        .send(pipe);
      return stream;
    },
    endAll() {
      for (const stream of streams.keys()) stream.end();
    },
  };
}

function tooMany(): Failure {
  return new Failure(429, 'too_many_requests', 'Too many live streams are open.', {
    remedy: 'Nothing is missed: the page asks by itself every few seconds.',
    retryAfterSeconds: 60,
  });
}
