import styles from './settings.module.css';
import { Section } from './settings.tsx';

/** What the narrower permission costs, said where the permissions stand. */
export function LeastPrivilege({ off }: { off: readonly string[] }) {
  if (off.length === 0) return null;
  return (
    <Section title="Off with these permissions">
      <p>
        This MEGDocs asks for Files.ReadWrite alone: it reaches your own files and no colleague’s. Editing works,
        together too. Two things are off:
      </p>
      <ul className={styles.points}>
        {off.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Section>
  );
}
