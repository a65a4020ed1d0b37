package org.aifactory.engine.generation;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The two matrix products of OpenBLAS that decoding is made of, called without any object per call: at one token per step a
 * tensor library's own overhead would cost as much as its arithmetic. Arrays may lie on the heap; the collector waits for a call.
 */
@SuppressWarnings("restricted") // Calling native code is what this class is for.
final class Blas {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;

    private static final MethodHandle SGEMV;
    private static final MethodHandle SGEMM;

    static {
        Loader.load(openblas_nolapack.class);
        SymbolLookup library = SymbolLookup.libraryLookup(libraryFile(), Arena.global());
        SGEMV = function(
                library,
                "cblas_sgemv",
                FunctionDescriptor.ofVoid(
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT,
                        ADDRESS,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT));
        SGEMM = function(
                library,
                "cblas_sgemm",
                FunctionDescriptor.ofVoid(
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT,
                        ADDRESS,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT));
    }

    private Blas() {}

    private static Path libraryFile() {
        return Loader.getLoadedLibraries().entrySet().stream()
                .filter(library -> library.getKey().startsWith("openblas"))
                .map(Map.Entry::getValue)
                .map(Path::of)
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        Kind.RESOURCE,
                        "OpenBLAS could not be loaded on this machine; linux-x86_64 and glibc are needed."));
    }

    private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker()
                .downcallHandle(library.findOrThrow(name), descriptor, Linker.Option.critical(true));
    }

    /**
     * {@code output += matrix * vector}, or {@code =} where {@code keep} is 0.
     *
     * @param matrix [rows, columns], a row every {@code stride} elements
     * @param keep 1 to add to the output, 0 to overwrite it
     */
    static void matrixTimesVector(
            MemorySegment matrix,
            int rows,
            int columns,
            int stride,
            MemorySegment vector,
            MemorySegment output,
            float keep) {
        gemv(PLAIN, matrix, rows, columns, stride, vector, output, keep);
    }

    /** {@code output = vector * matrix}: the rows of {@code matrix} [rows, columns] weighted by {@code vector} [rows]. */
    static void vectorTimesMatrix(
            MemorySegment vector, MemorySegment matrix, int rows, int columns, int stride, MemorySegment output) {
        gemv(TRANSPOSED, matrix, rows, columns, stride, vector, output, 0);
    }

    private static void gemv(
            int form,
            MemorySegment matrix,
            int rows,
            int columns,
            int stride,
            MemorySegment vector,
            MemorySegment output,
            float keep) {
        try {
            SGEMV.invokeExact(ROW_MAJOR, form, rows, columns, 1f, matrix, stride, vector, 1, keep, output, 1);
        } catch (Throwable impossible) {
            throw new IllegalStateException("sgemv declares no exception", impossible);
        }
    }

    /**
     * {@code output += left * rightᵀ}, or {@code =} where {@code keep} is 0.
     *
     * @param left [rows, inner], a row every {@code leftStride} elements
     * @param right [columns, inner], a row every {@code rightStride} elements
     * @param output [rows, columns], a row every {@code outputStride} elements
     */
    static void timesTransposed(
            MemorySegment left,
            int rows,
            int leftStride,
            MemorySegment right,
            int columns,
            int rightStride,
            int inner,
            MemorySegment output,
            int outputStride,
            float keep) {
        gemm(TRANSPOSED, left, rows, leftStride, right, columns, rightStride, inner, output, outputStride, keep);
    }

    /** {@code output = left * right}; {@code right} [inner, columns], otherwise as {@link #timesTransposed}. */
    static void times(
            MemorySegment left,
            int rows,
            int leftStride,
            MemorySegment right,
            int columns,
            int rightStride,
            int inner,
            MemorySegment output,
            int outputStride) {
        gemm(PLAIN, left, rows, leftStride, right, columns, rightStride, inner, output, outputStride, 0);
    }

    private static void gemm(
            int form,
            MemorySegment left,
            int rows,
            int leftStride,
            MemorySegment right,
            int columns,
            int rightStride,
            int inner,
            MemorySegment output,
            int outputStride,
            float keep) {
        try {
            SGEMM.invokeExact(
                    ROW_MAJOR,
                    PLAIN,
                    form,
                    rows,
                    columns,
                    inner,
                    1f,
                    left,
                    leftStride,
                    right,
                    rightStride,
                    keep,
                    output,
                    outputStride);
        } catch (Throwable impossible) {
            throw new IllegalStateException("sgemm declares no exception", impossible);
        }
    }
}
