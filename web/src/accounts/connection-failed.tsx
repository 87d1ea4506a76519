import { Button } from '@fluentui/react-components';
import { Mail16Regular } from '@fluentui/react-icons';
import { type ConnectionProblem, pages } from '@megdocs/contract';
import { Fragment, type ReactNode } from 'react';
import { Link } from 'react-router';
import { CopyButton } from '../ui/copy-button.tsx';
import { ConnectForm } from './connect-form.tsx';
import { addressesIn, paragraphs } from './note-text.ts';
import styles from './outcome.module.css';

/** The server's words for "what you can do" say what is safe; this line says only where one stands. */
const leads: Record<ConnectionProblem['whoseTurn'], string> = {
  you: 'Your Microsoft account was not connected.',
  'your-administrator': 'Your Microsoft account was not connected. Somebody else has to act first.',
  nobody: 'Your Microsoft account was not connected. Nobody has to do anything but wait a little.',
};

/** What happened, then what to do in the order of whose turn it is; trying again comes last. */
export function ConnectionFailed({ problem, returnTo }: { problem: ConnectionProblem; returnTo: string }) {
  const you = problem.youCan && (
    <Part key="you" title="What you can do">
      <Steps text={problem.youCan} />
    </Part>
  );
  const note = problem.noteForAdministrator && (
    <Note key="note" problem={problem} text={problem.noteForAdministrator} />
  );
  const administrator = problem.administratorMust && (
    <Part key="administrator" title="What your administrator must do">
      <Steps text={problem.administratorMust} />
    </Part>
  );
  // With the person's own turn the note matters only if their own way does not help, so it follows.
  const parts = problem.whoseTurn === 'your-administrator' ? [you, note, administrator] : [you, administrator, note];
  return (
    <>
      <p className={styles.lead}>{leads[problem.whoseTurn]}</p>
      {parts}
      <div className={styles.end}>
        {problem.tryAgain && <ConnectForm label="Try again" returnTo={returnTo} />}
        <Link to={pages.microsoft} className={styles.back}>
          Back to account settings
        </Link>
        <span className={styles.reference}>Reference {problem.reference}, also in our log</span>
      </div>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** One line is a sentence, several are steps. */
function Steps({ text }: { text: string }) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return <p>{text}</p>;
  return (
    <ol className={styles.steps}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ol>
  );
}

function Note({ problem, text }: { problem: ConnectionProblem; text: string }) {
  const mail = `mailto:?subject=${encodeURIComponent(`MEGDocs: ${problem.title}`)}&body=${encodeURIComponent(text)}`;
  return (
    <section className={styles.note} aria-labelledby="note">
      <div className={styles.noteHead}>
        <h2 id="note">Note for your IT department</h2>
        <CopyButton text={text} name="Note for your IT department" />
        <Button as="a" href={mail} size="small" icon={<Mail16Regular />}>
          Write e-mail
        </Button>
      </div>
      {paragraphs(text).map((paragraph) => (
        <p key={paragraph}>
          {addressesIn(paragraph).map((part, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text have no other name
            <Fragment key={place}>
              {part.isAddress ? (
                <a href={part.text} target="_blank" rel="noreferrer">
                  {part.text}
                </a>
              ) : (
                part.text
              )}
            </Fragment>
          ))}
        </p>
      ))}
    </section>
  );
}
