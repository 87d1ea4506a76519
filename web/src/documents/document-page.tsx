export default function DocumentPage() {
  return <p>Document</p>;
}
