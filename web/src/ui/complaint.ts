/** A field's part of a refusal, for `Field`: the server's words go on after "It". */
export const complaint = (message: string | undefined) =>
  message ? ({ validationState: 'error', validationMessage: `It ${message}.` } as const) : {};
