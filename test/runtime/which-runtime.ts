// Prints the runtime it runs under, named as the harness names it.
const { electron, node } = process.versions;
const [name, version] = electron === undefined ? ['Node', node] : ['Electron', electron];
console.log(`${name} ${version.split('.')[0]}`);
