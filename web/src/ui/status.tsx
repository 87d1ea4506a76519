import type { DocumentState, Version } from '@megdocs/contract';
import type { ReactNode } from 'react';
import styles from './status.module.css';
import { type Glyph, statusLook, type Tone } from './status-words.ts';

/** Glyph and word of a document's or version's state. */
export function Status({ state, children }: { state: DocumentState | Version['state']; children?: ReactNode }) {
  const look = statusLook(state);
  return (
    <span className={styles.status}>
      <StatusGlyph glyph={look.glyph} tone={look.glyphTone} />
      <span className={look.wordTone === 'wait' ? styles.wait : undefined}>
        {look.word}
        {children}
      </span>
    </span>
  );
}

const ring = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 };
const shapes: Record<Glyph, ReactNode> = {
  dashed: <circle cx="7" cy="7" r="5.75" {...ring} strokeDasharray="2.2 1.41" />,
  half: (
    <>
      <circle cx="7" cy="7" r="5.75" {...ring} />
      <path d="M7 3.5a3.5 3.5 0 0 1 0 7z" fill="currentColor" />
    </>
  ),
  'three-quarters': (
    <>
      <circle cx="7" cy="7" r="5.75" {...ring} />
      <path d="M7 3.5A3.5 3.5 0 1 1 3.5 7H7z" fill="currentColor" />
    </>
  ),
  tick: (
    <>
      <circle cx="7" cy="7" r="6.5" fill="currentColor" />
      <path d="m4.2 7.2 2 2 3.7-4" className={styles.cut} />
    </>
  ),
  core: (
    <>
      <circle cx="7" cy="7" r="5.75" {...ring} />
      <circle cx="7" cy="7" r="2.5" fill="currentColor" />
    </>
  ),
  clock: (
    <>
      <circle cx="7" cy="7" r="5.75" {...ring} />
      <path d="M7 4v3l2 1.3" {...ring} />
    </>
  ),
  bar: (
    <>
      <circle cx="7" cy="7" r="5.75" {...ring} />
      <path d="M4.5 7h5" {...ring} />
    </>
  ),
};

/** The glyph alone; a word must stand beside it. */
export function StatusGlyph({ glyph, tone }: { glyph: Glyph; tone: Tone }) {
  return (
    <svg className={`${styles.glyph} ${styles[tone]}`} viewBox="0 0 14 14" aria-hidden="true">
      {shapes[glyph]}
    </svg>
  );
}

/** A signal with a meaning beside its word: done, attention, failed. */
export function Signal({ kind }: { kind: 'ok' | 'wait' | 'bad' }) {
  return (
    <svg className={`${styles.signal} ${styles[kind]}`} viewBox="0 0 16 16" aria-hidden="true">
      {kind === 'wait' ? (
        <path
          d="M7 1.9a1.15 1.15 0 0 1 2 0l5.7 10.4a1.15 1.15 0 0 1-1 1.7H2.3a1.15 1.15 0 0 1-1-1.7z"
          fill="currentColor"
        />
      ) : (
        <circle cx="8" cy="8" r="7" fill="currentColor" />
      )}
      {kind === 'ok' ? (
        <path d="m4.9 8.2 2.2 2.2 4-4.4" className={styles.cut} />
      ) : (
        <>
          <path d={kind === 'wait' ? 'M8 6v3.6' : 'M8 4.4v4.4'} className={styles.cut} />
          <circle cx="8" cy={kind === 'wait' ? 11.8 : 11.3} r="0.9" className={styles.point} />
        </>
      )}
    </svg>
  );
}

/** Beside "Being edited…": full while we hear of saves, hollow when we do not. */
export function LiveDot({ live = true }: { live?: boolean }) {
  return <span className={live ? styles.dot : `${styles.dot} ${styles.hollow}`} aria-hidden="true" />;
}
