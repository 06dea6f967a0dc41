package io.fairlead.kv.rocks;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A directory of files as one stream: magic and format (4 bytes each), then per file a one (1 byte), its name
 * (modified UTF-8 behind its length), its length (8) and its bytes; a zero (1) and the CRC32C of all before it (8) end
 * it. Integers are big-endian.
 */
public final class FileStream {
    private static final int MAGIC = 0x464C4B56; // FLKV
    private static final int FORMAT = 1;
    private static final int FILE = 1;
    private static final int END = 0;
    private static final int CHUNK_BYTES = 256 << 10;

    private FileStream() {}

    /** Writes a directory's files, in the order of their names. */
    public static void write(Path directory, OutputStream target) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(Files::isRegularFile).sorted().toList();
        }
        CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32C());
        DataOutputStream out = new DataOutputStream(checked);
        out.writeInt(MAGIC);
        out.writeInt(FORMAT);
        byte[] chunk = new byte[CHUNK_BYTES];
        for (Path file : files) {
            long length = Files.size(file);
            out.writeByte(FILE);
            out.writeUTF(file.getFileName().toString());
            out.writeLong(length);
            try (InputStream in = Files.newInputStream(file)) {
                copy(in, length, chunk, out);
            }
        }
        out.writeByte(END);
        out.flush();
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    /** Writes the files of a stream into a directory and makes their bytes durable. */
    public static void read(InputStream source, Path directory) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(source, new CRC32C());
        DataInputStream in = new DataInputStream(checked);
        if (in.readInt() != MAGIC || in.readInt() != FORMAT) {
            throw new IOException("not a snapshot of the store, or of another format");
        }
        byte[] chunk = new byte[CHUNK_BYTES];
        while (in.readByte() == FILE) {
            String name = in.readUTF();
            if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
                throw new IOException("a snapshot has a file with the name " + name);
            }
            Path file = directory.resolve(name);
            try (OutputStream out = Files.newOutputStream(file)) {
                copy(in, in.readLong(), chunk, out);
            }
            Directories.syncFile(file);
        }
        long actual = checked.getChecksum().getValue();
        if (in.readLong() != actual) {
            throw new IOException("the snapshot's checksum is wrong");
        }
    }

    private static void copy(InputStream in, long length, byte[] chunk, OutputStream out) throws IOException {
        long left = length;
        while (left > 0) {
            int count = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (count < 0) {
                throw new EOFException("a file ends " + left + " bytes early");
            }
            out.write(chunk, 0, count);
            left -= count;
        }
    }
}
