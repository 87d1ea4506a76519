import { Field, ProgressBar } from '@fluentui/react-components';
import { sizeInWords } from '../documents/words.ts';
import type { Sent } from './opening-progress.ts';

/** Bytes sent of all; whoever waits may leave. */
export function OpeningBar({ sent }: { sent: Sent }) {
  return (
    <Field
      label={`${sizeInWords(sent.bytes)} of ${sizeInWords(sent.ofBytes)} sent`}
      hint="It goes on when you close this tab. Come back the same way: it opens where it is."
    >
      <ProgressBar value={sent.bytes / sent.ofBytes} thickness="large" />
    </Field>
  );
}
