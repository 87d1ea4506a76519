import { Button } from '@fluentui/react-components';
import { Checkmark16Regular, Copy16Regular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { announce } from './announce.tsx';

/** Copies a text as one string; says so, to the eye for a moment and to a screen reader. */
export function CopyButton({ text, label = 'Copy', name }: { text: string; label?: string; name: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = window.setTimeout(() => setState('idle'), 4000);
    return () => window.clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
      announce(`${name}: copied`);
    } catch {
      // Without https, or by the browser's settings, a page may not write there.
      setState('refused');
      announce(`${name}: the browser did not let this page copy. Select the text and copy it by hand.`);
    }
  };
  const words = { idle: label, copied: 'Copied', refused: 'Select it and copy by hand' };
  return (
    <Button
      size="small"
      icon={state === 'copied' ? <Checkmark16Regular /> : <Copy16Regular />}
      aria-label={state === 'idle' ? `${label}: ${name}` : undefined}
      onClick={() => void copy()}
    >
      {words[state]}
    </Button>
  );
}
