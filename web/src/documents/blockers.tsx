import { Button } from '@fluentui/react-components';
import {
  DocumentProhibited20Regular,
  type FluentIcon,
  LockClosed20Regular,
  PersonEdit20Regular,
  PlugDisconnected20Regular,
  ShieldError20Regular,
} from '@fluentui/react-icons';
import { type Blocker, fill, pages, routes, type Transition } from '@megdocs/contract';
import { useState } from 'react';
import { Since } from '../ui/time.tsx';
import styles from './blockers.module.css';
import { smallNumber } from './words.ts';

const icons: Partial<Record<Blocker['code'], FluentIcon>> = {
  'not-connected': PlugDisconnected20Regular,
  'reconnect-needed': PlugDisconnected20Regular,
  'microsoft-not-configured': PlugDisconnected20Regular,
  'being-edited': PersonEdit20Regular,
  'no-right': LockClosed20Regular,
  'file-protected': ShieldError20Regular,
};

interface Props {
  id: string;
  documentId: string;
  blockers: readonly Blocker[];
  openAtOnce: boolean;
  /** Where the first button that mends something may be the petrol one. */
  primary: boolean;
  mayTransition: (transition: Transition) => boolean;
  onTransition: (transition: Transition) => void;
}

/** All that stands in the way of editing, each with who can lift it; "Edit in Word" is described by this list. */
export function Blockers({ id, documentId, blockers, openAtOnce, primary, mayTransition, onTransition }: Props) {
  const [open, setOpen] = useState(openAtOnce);
  const mayNever = blockers.some((blocker) => blocker.code === 'no-right');
  const things = blockers.length === 1 ? 'One thing stands' : `${smallNumber(blockers.length)} things stand`;
  return (
    <section className={styles.box} aria-label="What stands in the way of editing">
      <div className={styles.head}>
        <span className={styles.title}>{mayNever ? 'You may read it, not edit it.' : 'You can’t edit it now.'}</span>
        <span className={styles.quiet}>
          {things} in the way. The button works as soon as {blockers.length === 1 ? 'it is' : 'all are'} gone.
        </span>
        {openAtOnce ? null : (
          <Button
            size="small"
            appearance="subtle"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Hide' : 'What stands in the way'}
          </Button>
        )}
      </div>
      <ul id={id} className={open ? styles.list : styles.hidden}>
        {blockers.map((blocker, index) => {
          const Icon = icons[blocker.code] ?? DocumentProhibited20Regular;
          return (
            <li key={blocker.code} className={styles.line}>
              <span className={styles.icon} aria-hidden>
                <Icon />
              </span>
              <div>
                <div>
                  {blocker.fact}
                  {blocker.since ? (
                    <>
                      {' since '}
                      <Since at={blocker.since} />.
                    </>
                  ) : null}
                </div>
                <div className={styles.quiet}>{blocker.whoLifts}</div>
              </div>
              <div className={styles.action}>
                <BlockerButton
                  {...{ blocker, documentId, mayTransition, onTransition }}
                  primary={primary && index === 0}
                />
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface ButtonProps extends Pick<Props, 'documentId' | 'mayTransition' | 'onTransition'> {
  blocker: Blocker;
  primary: boolean;
}

function BlockerButton({ blocker, primary, documentId, mayTransition, onTransition }: ButtonProps) {
  const look = { size: 'small', appearance: primary ? 'primary' : 'secondary' } as const;
  if (blocker.action === 'none') return null;
  if (blocker.action === 'connect' || blocker.action === 'reconnect') {
    // A real form: the answer leads to Microsoft, and from there back to this page.
    return (
      <form method="post" action={routes.connect}>
        <input type="hidden" name="returnTo" value={fill(pages.document, { id: documentId })} />
        <Button type="submit" {...look}>
          {blocker.action === 'connect' ? 'Connect it' : 'Reconnect'}
        </Button>
      </form>
    );
  }
  const transition: Transition = blocker.action;
  if (!mayTransition(transition)) return null;
  return (
    <Button {...look} onClick={() => onTransition(transition)}>
      {transition === 'revise' ? 'Start a revision' : 'Send back to draft'}
    </Button>
  );
}
