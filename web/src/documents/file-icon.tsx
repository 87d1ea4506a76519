import {
  Document16Regular,
  DocumentPdf16Regular,
  DocumentTable16Regular,
  DocumentText16Regular,
  type FluentIcon,
  SlideText16Regular,
} from '@fluentui/react-icons';
import type { DocumentRow } from '@megdocs/contract';

const kinds: Record<DocumentRow['fileKind'], [FluentIcon, string]> = {
  word: [DocumentText16Regular, 'Word'],
  excel: [DocumentTable16Regular, 'Excel'],
  powerpoint: [SlideText16Regular, 'PowerPoint'],
  pdf: [DocumentPdf16Regular, 'PDF'],
  other: [Document16Regular, 'File'],
};

export function FileIcon({ kind }: { kind: DocumentRow['fileKind'] }) {
  const [Icon, name] = kinds[kind];
  return <Icon role="img" aria-label={name} style={{ flex: 'none' }} />;
}
