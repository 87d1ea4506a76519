import pino, { type Logger } from 'pino';

export type Log = Logger;

/** Structured lines on standard output. Requests are logged without query, cookies, headers and bodies. */
export function createLog(level: string, destination?: pino.DestinationStream): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'password',
          'token',
          'accessToken',
          'refreshToken',
          'code',
          'state',
          'cookie',
          'authorization',
          '*.password',
          '*.token',
          '*.accessToken',
          '*.refreshToken',
          '*.code_verifier',
          'headers',
          '*.headers',
        ],
        censor: '(not logged)',
      },
      serializers: { err: describeError },
    },
    destination ?? pino.destination(1),
  );
}

/** Name, message, code and stack of an error and its causes: never its other fields, which may hold a request. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  return {
    type: error.name,
    message: error.message,
    code: 'code' in error ? error.code : undefined,
    stack: error.stack,
    cause: error.cause === undefined ? undefined : describeError(error.cause),
  };
}
