import type { BeingEdited, Together } from '@megdocs/contract';
import { namesInWords } from '../documents/words.ts';
import { Since } from '../ui/time.tsx';
import styles from './band.module.css';

/** What there is to know of the people in a session, beyond their names. */
export function TogetherLines({ together, app }: { together: Together; app: BeingEdited['app'] }) {
  const { continuedFrom: origin, readBy } = together;
  return (
    <>
      {origin ? (
        <div className={styles.safe}>
          {origin.kind === 'taken-over' ? 'Goes on with the edits of ' : 'Handed over by '}
          {namesInWords([origin.starter.name])}: “{origin.reason}”
          {origin.settled ? null : <WithoutLatest contentFrom={origin.contentFrom} />}
        </div>
      ) : null}
      {readBy ? (
        <div className={styles.safe}>
          MEGDocs reads the copy through the connection of {namesInWords([readBy.name])} until whoever started
          reconnects.
        </div>
      ) : null}
      {together.people.map((one) => (
        <PersonLine key={one.person.id} one={one} app={app} />
      ))}
      {together.people.some(({ state }) => state === 'editing')
        ? together.off.map((sentence) => (
            <div key={sentence} className={styles.safe}>
              {sentence}
            </div>
          ))
        : null}
      {together.sharedOtherwise.length > 0 ? (
        <div className={styles.wait}>
          {together.sharedOtherwise.join(' ')} Nobody can join until that is removed in OneDrive, under “Manage access”.
        </div>
      ) : null}
    </>
  );
}

/** The copy could not be read when it went on. */
function WithoutLatest({ contentFrom }: { contentFrom: string | null }) {
  return (
    <>
      {' '}
      The old copy could not be read: it goes on from{' '}
      {contentFrom ? (
        <>
          what was kept at <Since at={contentFrom} skipFocus />
        </>
      ) : (
        'what was uploaded'
      )}
      . What was saved later becomes a draft of its own when the copy can be read again.
    </>
  );
}

/** Whoever edits is in the first line; here is who can't yet, or not any more. */
function PersonLine({ one, app }: { one: Together['people'][number]; app: BeingEdited['app'] }) {
  const name = namesInWords([one.person.name]);
  switch (one.state) {
    case 'joining':
      return (
        <div className={styles.safe}>
          {name} is joining. {one.problem}
        </div>
      );
    case 'leaving':
      return (
        <div className={styles.safe}>
          {name} can soon no longer change it in {app}. {one.why} {one.problem}
        </div>
      );
    case 'refused':
      return (
        <div className={styles.wait}>
          {name} could not be let in. {one.why}
        </div>
      );
    case 'left-behind':
      return (
        <div className={styles.wait}>
          {name} can still open the copy. {one.problem}
        </div>
      );
    default:
      return null;
  }
}
