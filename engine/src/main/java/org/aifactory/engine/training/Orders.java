package org.aifactory.engine.training;

import org.aifactory.engine.distributed.Group;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.pytorch.Tensor;

/** What the first process of a group has the others do: a step, or to end. The others' steps are the same as its own. */
final class Orders {
    private final Group group;

    Orders(Group group) {
        this.group = group;
    }

    /**
     * One step.
     *
     * @param stage index of the stage; negative where no step comes any more
     * @param step within the stage
     */
    record Order(int stage, long step, double learningRate) {
        static final Order END = new Order(-1, 0, 0);

        boolean isEnd() {
            return stage < 0;
        }
    }

    /** Gives an order; for the first process. */
    void give(Order order) {
        if (group.size() > 1) {
            spread(order);
        }
    }

    /** Waits for the next order; for the others. */
    Order take() {
        return spread(Order.END);
    }

    private Order spread(Order order) {
        try (PointerScope scope = new PointerScope()) {
            Tensor numbers = Tensor.create(new double[] {order.stage(), order.step(), order.learningRate()});
            group.spread(numbers);
            DoubleIndexer each = numbers.createIndexer();
            return new Order((int) each.get(0), (long) each.get(1), each.get(2));
        }
    }
}
