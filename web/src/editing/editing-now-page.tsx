export default function EditingNowPage() {
  return <p>Editing now</p>;
}
